// What an editor's browser runs: each part is a Stimulus controller of Wagtail's own application.
import { AssetChip, AssetState, LivePiece } from "./admin/asset_state.js";
import { AssetField } from "./admin/asset_field.js";
import { AssetPlayer } from "./admin/asset_player.js";
import { CutTimeline } from "./admin/cut/timeline.js";
import { OutlineController } from "./admin/outline.js";
import { PublishWarning } from "./admin/publish_warning.js";
import { keepNaming } from "./admin/names.js";
import { UploadDrop, UploadList } from "./admin/upload_list.js";

const { app } = window.wagtail;
app.register("asset-chip", AssetChip);
app.register("asset-field", AssetField);
app.register("asset-player", AssetPlayer);
app.register("asset-state", AssetState);
app.register("live-piece", LivePiece);
app.register("cut", CutTimeline);
app.register("outline", OutlineController);
app.register("publish-warning", PublishWarning);
app.register("upload-drop", UploadDrop);
app.register("upload-list", UploadList);

keepNaming();
