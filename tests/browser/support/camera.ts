// A film for a camera that is not there: codes shown one after the other, as a steward would hold badges before a phone.
import { closeSync, openSync, writeSync } from "node:fs";
import qrcode from "qrcode-generator";

const [width, height, perSecond, framesEach] = [320, 240, 5, 6];
const [dark, light, noColour] = [30, 225, 128];

/** Writes a film (YUV4MPEG2) of these texts as QR codes, a little more than a second each. */
export function writeFilm(file: string, texts: string[]): void {
  const film = openSync(file, "w");
  writeSync(film, `YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420mpeg2\n`);
  for (const text of texts) {
    const frame = picture(text);
    for (let n = 0; n < framesEach; n += 1) {
      writeSync(film, "FRAME\n");
      writeSync(film, frame);
    }
  }
  closeSync(film);
}

/** One picture: its brightness dot by dot, then its colours at half the size, which it has none of. */
function picture(text: string): Buffer {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const modules = code.getModuleCount();
  const dots = Math.floor(height / (modules + 8));
  const [left, top] = [width, height].map((side) => Math.floor((side - modules * dots) / 2)) as [number, number];
  const frame = Buffer.alloc(width * height * 1.5, noColour);
  frame.fill(light, 0, width * height);
  for (let row = 0; row < modules * dots; row += 1) {
    for (let column = 0; column < modules * dots; column += 1) {
      if (code.isDark(Math.floor(row / dots), Math.floor(column / dots))) frame[(top + row) * width + left + column] = dark;
    }
  }
  return frame;
}
