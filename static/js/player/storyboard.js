// The pictures above the seek bar: a track the controls read, under the newest token.

export function showStoryboard(video, address) {
  video.querySelector("track[label=thumbnails]")?.remove();
  if (!address) return;
  const track = document.createElement("track");
  Object.assign(track, { kind: "metadata", label: "thumbnails", default: true, src: address });
  video.append(track);
}
