// How a long table is laid out: rows in blocks that are drawn or not, and columns that share the
// room. Pure.

export const blockRows = 20;

export interface Block<Row> {
  index: number;
  rows: readonly Row[];
}

export function blocksOf<Row>(rows: readonly Row[], size = blockRows): Block<Row>[] {
  const blocks: Block<Row>[] = [];
  for (let at = 0; at < rows.length; at += size) {
    blocks.push({ index: at / size, rows: rows.slice(at, at + size) });
  }
  return blocks;
}

/** Every column gets what it must have; what is left goes to those with a share in it. */
export function widthsOf(columns: readonly { width: number; share: number }[], room: number): number[] {
  const least = columns.reduce((sum, column) => sum + column.width, 0);
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  const spare = Math.max(0, room - least);
  return columns.map((column) => {
    const part = shares > 0 ? column.share / shares : 1 / columns.length;
    return Math.floor(column.width + spare * part);
  });
}
