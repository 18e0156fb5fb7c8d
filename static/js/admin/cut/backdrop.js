// What lies behind the timeline: small pictures of the video, and the shape of its sound.
const WIDE = 96; // pixels of a picture here; each is cut to its middle
const [WIDTH, HEIGHT] = [160, 90]; // as the sheets hold them

export async function drawPictures(holder, address) {
  if (!address) return;
  const text = await (await fetch(address)).text();
  const found = [...text.matchAll(/([\d:.]+) --> [\d:.]+\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g)];
  if (!found.length) return;
  const base = new URL(address, location.href);
  const count = Math.max(Math.floor(holder.clientWidth / WIDE), 1);
  holder.replaceChildren(
    ...Array.from({ length: count }, (_one, number) => {
      const place = Math.min(Math.floor((found.length * (number + 0.5)) / count), found.length - 1);
      const [, , sheet, x, y] = found[place];
      const picture = document.createElement("span");
      picture.style.backgroundImage = `url("${new URL(sheet, base)}")`;
      const [left, top] = [(WIDTH - holder.clientWidth / count) / 2, (HEIGHT - holder.clientHeight) / 2];
      picture.style.backgroundPosition = `${-x - Math.max(left, 0)}px ${-y - Math.max(top, 0)}px`;
      return picture;
    }),
  );
}

export async function drawWave(canvas, address) {
  if (!address) return;
  const { data } = await (await fetch(address)).json();
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  const [count, middle] = [data.length / 2, canvas.height / 2];
  for (let x = 0; x < canvas.width; x += 2) {
    const peak = Math.floor((x * count) / canvas.width) * 2;
    const [low, high] = [(data[peak] * middle) / 128, (data[peak + 1] * middle) / 128];
    pen.fillRect(x, middle - high, 1.5, Math.max(high - low, 1));
  }
}
