// Who comes back to this page may have gone on watching on another device.
import { resume } from "lectern/player/position";

const AWAY = 5000; // ms

export function lookAgain(player, { signal, onElsewhere }) {
  let leftAt = performance.now();
  const look = async () => {
    if (document.hidden) {
      leftAt = performance.now();
      return;
    }
    if (player.isPlaying || player.video.ended || !player.config.member || performance.now() - leftAt < AWAY) return;
    const told = (await player.ask()) ?? player.config;
    const { position, positionAt } = told;
    const isOther = told.token && told.edition !== player.config.edition; // cut meanwhile
    if (isOther) player.grant.hear(told);
    else Object.assign(player.config, { position, positionAt });
    const seconds = resume(player.config);
    if (!player.stream) onElsewhere();
    else if (!isOther && !player.isPlaying && !player.video.ended && Math.abs(seconds - player.video.currentTime) > 1) {
      player.heartbeat?.stands(seconds);
      player.seek(seconds);
    }
  };
  document.addEventListener("visibilitychange", look, { signal });
}
