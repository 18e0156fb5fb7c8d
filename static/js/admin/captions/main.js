// The editors of captions and chapters: Stimulus controllers of Wagtail's own application.
import { CaptionEditor } from "./editor.js";
import { ChapterEditor } from "../chapters/editor.js";
import { SyncedVideo } from "./synced_video.js";
import { WordsWork } from "./work.js";

const { app } = window.wagtail;
app.register("synced-video", SyncedVideo);
app.register("caption-editor", CaptionEditor);
app.register("chapter-editor", ChapterEditor);
app.register("words-work", WordsWork);
