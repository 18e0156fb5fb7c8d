// A cut, or another file, while a player stood open: another film lies behind the same address.
import { resume } from "lectern/player/position";

// Returns the second to go on at: the server has moved it along; a stranger's it does not know.
export function another({ config, video, stream, heartbeat }, told) {
  if (stream) heartbeat?.beat(); // by the seconds it was watched in
  Object.assign(config, told);
  const seconds = config.member ? resume({ ...config, page: null }) : video.currentTime;
  heartbeat?.stands(seconds);
  return seconds;
}
