// Tells Mux Data how a play goes: no cookie, and not who watches (docs.mux.com, "Monitor HLS.js").
import mux from "mux-embed";

export function observe(player, { key, domain }, { signal }) {
  const { video, config, stream, pressedAt } = player;
  mux.monitor(video, {
    disableCookies: true,
    respectDoNotTrack: true,
    ...(domain ? { beaconCollectionDomain: domain } : {}),
    ...(stream.hls ? { hlsjs: stream.hls, Hls: stream.Hls } : {}),
    data: {
      env_key: key,
      player_name: "Lectern",
      player_init_time: Math.round(performance.timeOrigin + (pressedAt || performance.now())),
      video_id: config.asset,
      video_title: config.title,
      video_stream_type: "on-demand",
    },
  });
  signal.addEventListener("abort", () => video.mux?.destroy());
}
