// The reference server: node server.mjs <folder>; prints its port.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const server = new Server({
  path: "/uploads",
  datastore: new FileStore({ directory: process.argv[2] }),
});
const http = server.listen({ host: "127.0.0.1", port: 0 }, () => {
  console.log(http.address().port);
});
