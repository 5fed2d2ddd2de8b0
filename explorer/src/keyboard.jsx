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
 * Makes the page usable by keyboard alone: Escape leaves an editor, where Tab
 * only indents, and Ctrl-Enter runs the query from everywhere.
 */
export function Keyboard() {
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
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", `${label}: Enter to go in, Escape to leave`);
    editor.updateOptions({ ariaLabel: label });
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
