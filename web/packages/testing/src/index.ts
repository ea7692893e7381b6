/** What tests of screens use. Never part of what is shipped. */
export { FakeBalie, type Scenario } from "./fake";
