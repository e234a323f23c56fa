// Text that is shown as it is, in pieces: a browser takes minutes to break one line of hundreds of
// thousands of characters without a space, and no time for the same in pieces.

const PIECE_CHARACTERS_MAX = 1000;
const UNBROKEN = new RegExp(`\\S{${PIECE_CHARACTERS_MAX}}`);

/** Whether some "word" is so long that the text must be shown in pieces. */
export function isUnbroken(text: string): boolean {
  return UNBROKEN.test(text);
}

/** The text in pieces, cut after white space where there is any. Together they are the text. */
export function pieces(text: string): string[] {
  if (!isUnbroken(text)) return [text];
  const all: string[] = [];
  let from = 0;
  while (text.length - from > PIECE_CHARACTERS_MAX) {
    const window = text.slice(from, from + PIECE_CHARACTERS_MAX);
    const space = window.search(/\s\S*$/);
    let to = from + (space > 0 ? space + 1 : PIECE_CHARACTERS_MAX);
    // A pair of surrogates is one character.
    if (/[\uD800-\uDBFF]/.test(text[to - 1]!)) to--;
    all.push(text.slice(from, to));
    from = to;
  }
  all.push(text.slice(from));
  return all;
}
