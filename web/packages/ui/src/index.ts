/** The shared look: components and theme. Knows no contact and no server, and has no words of its own. */
export { Button, type ButtonProps, IconButton } from "./components/button";
export { Choices } from "./components/choices";
export { Dialog } from "./components/dialog";
export { SelectField, TextArea, TextField } from "./components/field";
export { Icon, type IconName } from "./components/icon";
export { Menu, MenuItem, MenuSection } from "./components/menu";
export { Avatar, Banner, Count, Dot, EmptyState, Kbd, Skeleton, Tag } from "./components/signs";
export { Tabs } from "./components/tabs";
export { Toasts, toast } from "./components/toasts";
export { Tooltip } from "./components/tooltip";
export { applyTheme, setTheme, type Theme, useTheme } from "./theme";
