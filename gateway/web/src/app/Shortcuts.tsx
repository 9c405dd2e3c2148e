import { Kbd, Modal, Table } from "@mantine/core";

import { PLACES } from "./navigation";

const SHORTCUTS: [string[], string][] = [
  [["Ctrl", "K"], "Search records, actions and places"],
  [["/"], "Search"],
  [["c"], "Create a record on a list or the board"],
  [["l", "c"], "Log a call about the record at hand"],
  [["l", "n"], "Add a note (l t a task, l m a meeting, l e an email)"],
  [["j", "k"], "Next and previous row, or record"],
  [["Ctrl", "Enter"], "Send the form one is in"],
  [["o"], "In the inbox: open the chosen one; u reads or unreads it, e archives it"],
  [["?"], "This list"],
  [["Space"], "On a card: pick it up, arrow keys move it, Space drops it, Escape lets go"],
  ...PLACES.flat().map(({ key, label }): [string[], string] => [["g", key], `Go to ${label}`]),
];

export function Shortcuts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ "aria-label": "Close" }}>
      <Table verticalSpacing={6} withRowBorders={false}>
        <Table.Tbody>
          {SHORTCUTS.map(([pressed, what]) => (
            <Table.Tr key={what}>
              <Table.Td w={110}>
                {pressed.map((key, index) => (
                  <span key={key + index}>
                    {index > 0 && " "}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
