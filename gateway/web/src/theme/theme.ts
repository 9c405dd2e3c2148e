// The look of Rapport on top of Mantine: one accent colour, neutral greys, shades that keep text readable
// (contrast at least 4.5 to 1) in light and in dark.
import {
  ActionIcon, Alert, Badge, Button, Card, createTheme, Menu, Modal, Notification, NumberInput, Popover, SegmentedControl, Select,
  Switch, Textarea, TextInput, Tooltip, type CSSVariablesResolver, type MantineColorsTuple,
} from "@mantine/core";

const iris: MantineColorsTuple = [
  "#f0f1fe", "#e1e3fc", "#c5c9f9", "#a5abf5", "#868ef0", "#6c74e9", "#5a61de", "#4c52cd", "#4347b8", "#363a94",
];
const dark: MantineColorsTuple = [
  "#e7e8ec", "#c3c6ce", "#9fa3ae", "#7d818d", "#363942", "#2b2e36", "#20232a", "#17191e", "#101115", "#0b0c0f",
];
const gray: MantineColorsTuple = [
  "#f9f9fb", "#f3f3f6", "#e9eaee", "#dddee4", "#c9ccd4", "#a4a8b3", "#7b808d", "#565b68", "#373b45", "#1d2027",
];

export const theme = createTheme({
  colors: { iris, dark, gray },
  primaryColor: "iris",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  black: "#1d2027",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.125rem" }, h2: { fontSize: "0.9375rem" }, h3: { fontSize: "0.8125rem" } } },
  shadows: {
    xs: "0 1px 2px rgb(15 18 30 / 0.06)",
    sm: "0 1px 3px rgb(15 18 30 / 0.08), 0 1px 2px rgb(15 18 30 / 0.05)",
    md: "0 6px 18px rgb(15 18 30 / 0.10), 0 1px 3px rgb(15 18 30 / 0.08)",
    xl: "0 20px 50px rgb(15 18 30 / 0.22), 0 4px 12px rgb(15 18 30 / 0.10)",
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: "md" } }),
    Alert: Alert.extend({ defaultProps: { variant: "light", radius: "md" } }),
    Badge: Badge.extend({ defaultProps: { radius: "sm", variant: "light", tt: "none", fw: 500 } }),
    Button: Button.extend({ defaultProps: { size: "sm" }, styles: { label: { fontWeight: 500 } } }),
    Card: Card.extend({ defaultProps: { radius: "lg", withBorder: true, padding: "md" } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", radius: "md", position: "bottom-end", withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: { radius: "lg", centered: true, overlayProps: { backgroundOpacity: 0.4, blur: 1 }, transitionProps: { duration: 120 } },
      styles: { title: { fontSize: "0.9688rem", fontWeight: 600, letterSpacing: "-0.01em" } },
    }),
    Notification: Notification.extend({
      defaultProps: { withBorder: true, radius: "lg" },
      styles: { description: { color: "var(--r-text)" }, title: { fontWeight: 600 } },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: "sm" } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md", radius: "md" } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: "xs", radius: "md", withItemsBorders: false },
      styles: { label: { paddingInline: 11, fontWeight: 500 } },
    }),
    Select: Select.extend({
      // The list scrolls by itself: a scroll area around it would be a scrollable place that no key reaches.
      defaultProps: { size: "sm", comboboxProps: { shadow: "md" }, withScrollArea: false },
      styles: { options: { maxHeight: 240, overflowY: "auto" } },
    }),
    Switch: Switch.extend({ defaultProps: { withThumbIndicator: false } }),
    Textarea: Textarea.extend({ defaultProps: { size: "sm", autosize: true, minRows: 2 } }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, fz: "xs", withArrow: false, radius: "sm" } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5b606d",
    "--mantine-color-placeholder": "#6c717e",
    "--mantine-color-error": "#b42318",
    "--mantine-color-anchor": "#4347b8",
    "--mantine-color-gray-light": "#eeeff3",
    "--mantine-color-gray-light-color": "#474c58",
    "--mantine-color-teal-light": "#e2f4e9",
    "--mantine-color-teal-light-color": "#0f6a39",
    "--mantine-color-red-light": "#fdeceb",
    "--mantine-color-red-light-color": "#a81f14",
    "--mantine-color-yellow-light": "#fdf3d8",
    "--mantine-color-yellow-light-color": "#7d5200",
    "--mantine-color-iris-light": "#ebecfd",
    "--mantine-color-iris-light-color": "#4347b8",
    "--mantine-color-default-border": "#dfe0e6",
  },
  dark: {
    "--mantine-color-body": "#17191e",
    "--mantine-color-dimmed": "#9fa3ae",
    "--mantine-color-placeholder": "#8d919c",
    "--mantine-color-error": "#ff9a91",
    "--mantine-color-anchor": "#a5abf5",
    "--mantine-color-gray-light": "#262930",
    "--mantine-color-gray-light-color": "#c3c6ce",
    "--mantine-color-teal-light": "#14301f",
    "--mantine-color-teal-light-color": "#7bdca5",
    "--mantine-color-red-light": "#3a1a18",
    "--mantine-color-red-light-color": "#ffa59d",
    "--mantine-color-yellow-light": "#332810",
    "--mantine-color-yellow-light-color": "#f0c264",
    "--mantine-color-iris-light": "#23264a",
    "--mantine-color-iris-light-color": "#b4b9f8",
    "--mantine-color-default-border": "#32353d",
  },
});
