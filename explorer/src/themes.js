// Colours of the editor that can be read: stock ones are too faint on GraphiQL's
// backgrounds. What comes later in a list wins.
import { vs, vs_dark } from "monaco-editor/esm/vs/editor/standalone/common/themes.js";

vs.rules.push({ token: "number", foreground: "07774e" });
vs_dark.rules.push({ token: "comment", foreground: "7fae69" });
vs_dark.colors["editorLineNumber.foreground"] = "#9aa3b5";
