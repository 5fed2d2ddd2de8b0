import "./themes.js";
import "./workers.js";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";

createRoot(document.getElementById("explorer")).render(<App />);
