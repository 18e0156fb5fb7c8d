// Mux's own library: verifies or makes the signature of a webhook, and makes playback tokens.
import Mux from "@mux/mux-node";

const { body, header, secret, stamp, playback, key, keyId, type } = JSON.parse(process.argv[2]);
const mux = new Mux({ tokenId: "none", tokenSecret: "none", webhookSecret: secret, jwtSigningKey: keyId, jwtPrivateKey: key });

if (type) {
  console.log(await mux.jwt.signPlaybackId(playback, { type, expiration: "5m" }));
} else if (header) {
  const event = await mux.webhooks.unwrap(body, { "mux-signature": header });
  console.log(event.type);
} else {
  console.log(`t=${stamp},v1=${await mux.webhooks.computeSignature(`${stamp}.${body}`, secret)}`);
}
