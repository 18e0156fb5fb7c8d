// Reads playlists with hls.js's own parser: {master, media: {name: text}} in, what it found out.

globalThis.self = globalThis; // all it asks of a browser
const { M3U8Parser } = await import(process.argv[2]);
const HERE = "https://site.example/p/token/asset/";

function media(name, text) {
  const url = `${HERE}${name}/index.m3u8`;
  const found = M3U8Parser.parseLevelPlaylist(text, url, 0, "main", 0, null);
  return {
    error: found.playlistParsingError?.message ?? "",
    kind: found.type,
    isLive: found.live,
    version: found.version,
    target: found.targetduration,
    segments: found.fragments.map((one) => [one.url, one.duration, one.initSegment?.url]),
  };
}

function master(text) {
  const found = M3U8Parser.parseMasterPlaylist(text, `${HERE}master.m3u8`);
  return {
    error: found.playlistParsingError?.message ?? "",
    levels: found.levels.map((one) => ({
      url: one.url,
      size: [one.width ?? null, one.height ?? null],
      bitRate: one.bitrate,
      codecs: [one.videoCodec ?? "", one.audioCodec ?? "", ...one.unknownCodecs],
    })),
  };
}

let asked = "";
for await (const part of process.stdin) asked += part;
const texts = JSON.parse(asked);
const names = Object.entries(texts.media);
const found = Object.fromEntries(names.map(([name, text]) => [name, media(name, text)]));
console.log(JSON.stringify({ master: master(texts.master), media: found }));
