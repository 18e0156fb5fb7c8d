// The phone's lock screen, a headset's buttons, a keyboard's media keys.

const STEP = 10; // seconds

export function announce(player, { signal }) {
  const session = navigator.mediaSession;
  if (!session) return;
  const { video, config } = player;
  const handlers = {
    play: () => player.play(),
    pause: () => video.pause(),
    stop: () => video.pause(),
    seekbackward: ({ seekOffset = STEP }) => player.seek(video.currentTime - seekOffset),
    seekforward: ({ seekOffset = STEP }) => player.seek(video.currentTime + seekOffset),
    seekto: ({ seekTime }) => player.seek(seekTime),
    nexttrack: player.ending.url ? () => player.advance() : null,
  };
  const claim = () => {
    session.metadata = new MediaMetadata({
      title: config.title,
      artist: config.from ?? "",
      artwork: config.source.poster ? [{ src: player.grant.fresh(config.source.poster), type: "image/jpeg" }] : [],
    });
    for (const [name, run] of Object.entries(handlers)) set(session, name, run);
  };
  const place = () => {
    const { duration, currentTime: position, playbackRate } = video;
    if (Number.isFinite(duration) && position <= duration) session.setPositionState?.({ duration, position, playbackRate });
  };
  video.addEventListener("playing", claim, { signal }); // of several players, the one that plays
  for (const name of ["playing", "pause", "seeked", "ratechange"]) video.addEventListener(name, place, { signal });
  if (!video.paused) claim();
}

function set(session, name, run) {
  try {
    session.setActionHandler(name, run);
  } catch {
    // This browser does not know the action.
  }
}
