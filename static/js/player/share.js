// A link that opens the page at this second: handed to the phone, else copied.

function address(seconds) {
  const url = new URL(location.href);
  url.hash = "";
  url.searchParams.set("t", String(seconds));
  return url.href;
}

export async function share(player) {
  const { video, words, config } = player;
  const url = address(Math.floor(video.currentTime));
  const isTouch = matchMedia("(pointer: coarse)").matches;
  try {
    if (isTouch && navigator.share) return await navigator.share({ title: config.title, url });
    await navigator.clipboard.writeText(url);
    player.osd(words.linkCopied);
  } catch (error) {
    if (error.name !== "AbortError") player.osd(words.linkNotCopied);
  }
  return undefined;
}
