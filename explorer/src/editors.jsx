import { KeyCode, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";

const labels = {
  queryEditor: "Query editor",
  variableEditor: "Variables editor",
  headerEditor: "Headers editor",
  responseEditor: "Answer",
};

// While one of these is open, Escape closes it.
const nothingOpen = "!suggestWidgetVisible && !findWidgetVisible && !parameterHintsVisible && !editorHoverVisible && " +
  "!editorHasMultipleSelections && !inSnippetMode && !markersNavigationVisible && !referenceSearchVisible && !renameInputVisible";

/**
 * Sets up the editors. They are usable by keyboard alone: Escape leaves one,
 * where Tab only indents, and Ctrl-Enter runs the query from everywhere.
 */
export function Editors() {
  return (
    <>
      {Object.keys(labels).map((name) => <Editor key={name} name={name} />)}
      <RunFromEverywhere />
    </>
  );
}

function Editor({ name }) {
  const editor = useGraphiQL((state) => state[name]);
  useEffect(() => {
    if (!editor) return;
    const label = labels[name];
    const frame = editor.getContainerDomNode();
    if (name !== "responseEditor") frame.setAttribute("role", "group"); // that one is a region
    frame.setAttribute("aria-label", `${label}: Enter to go in, Escape to leave`);
    editor.updateOptions({
      ariaLabel: label,
      unicodeHighlight: { ambiguousCharacters: false }, // names in Greek or Cyrillic are no trick here
      wordWrap: "on",
    });
    editor.addCommand(KeyCode.Escape, () => frame.focus(), nothingOpen);
  }, [editor, name]);
}

function RunFromEverywhere() {
  const { run } = useGraphiQLActions();
  useEffect(() => {
    function onKeyDown(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        event.preventDefault();
        run();
      }
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [run]);
}
