import { mount } from "svelte";
import Door from "./account/Door.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/terminal.css";

const target = document.getElementById("app");
if (target === null) throw new Error("the document has no #app");
mount(Door, { target });
