// @ts-check
// Codes read from the camera's pictures: by the browser where it can, else by our own reader, loaded only then.

/**
 * @typedef {{detect(source: CanvasImageSource): Promise<{rawValue: string}[]>}} Detector
 * @typedef {{new (options: {formats: string[]}): Detector, getSupportedFormats(): Promise<string[]>}} DetectorClass
 * @typedef {(video: HTMLVideoElement) => Promise<string[]>} Reader
 */

/** No picture need be wider to read a code held before it. */
const WIDEST = 640;
/** The same code held on is read once. */
const HELD = 3_000;
/** How long to wait between two looks. */
const PAUSE = 120;

/** @returns {Promise<Reader | undefined>} */
async function browsersReader() {
  const Detector = /** @type {{BarcodeDetector?: DetectorClass}} */ (/** @type {unknown} */ (window)).BarcodeDetector;
  if (!Detector || !(await Detector.getSupportedFormats()).includes("qr_code")) return undefined;
  const detector = new Detector({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video)).map((found) => found.rawValue);
}

/** The compiled half of our own reader, which lies beside its script. @param {string} address */
export function moduleOf(address) {
  return address.replace(/\.js$/, "_bg.wasm");
}

/** @param {string | undefined} address @returns {Promise<Reader | undefined>} */
async function ownReader(address) {
  if (!address) return undefined;
  const scan = await import(address);
  await scan.default({ module_or_path: moduleOf(address) });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return undefined;
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) return [];
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return scan.read(new Uint8Array(data.buffer), canvas.width, canvas.height);
  };
}

/** What a steward is told when the camera does not start. @param {unknown} error */
function why(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The camera is not allowed for this site. Allow it in the browser’s settings, or type the code.";
  if (name === "NotFoundError") return "This device has no camera. Type the code.";
  return "The camera could not be started. Another program may be using it. Type the code.";
}

export class Camera {
  /** @type {MediaStream | undefined} */
  #stream;
  /** @type {Map<string, number>} */
  #seen = new Map();

  /** @param {HTMLVideoElement} video @param {string | undefined} address of our own reader @param {(code: string) => Promise<void>} onCode */
  constructor(video, address, onCode) {
    this.video = video;
    this.address = address;
    this.onCode = onCode;
  }

  get isOn() {
    return this.#stream !== undefined;
  }

  /** Starts looking; gives what to tell the steward when it cannot. @returns {Promise<string>} */
  async start() {
    const reader = await browsersReader().then((own) => own ?? ownReader(this.address)).catch(() => undefined);
    if (!reader) return "This browser cannot read codes with the camera here. Type the code.";
    if (!navigator.mediaDevices) return "The camera needs a secure connection (https). Type the code.";
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" } } });
      this.video.srcObject = this.#stream;
      await this.video.play();
    } catch (error) {
      this.stop();
      return why(error);
    }
    void this.#look(reader);
    return "";
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = undefined;
    this.video.srcObject = null;
  }

  /** @param {Reader} reader */
  async #look(reader) {
    const stream = this.#stream;
    while (stream !== undefined && stream === this.#stream) {
      const codes = document.hidden ? [] : await reader(this.video).catch(() => []);
      for (const code of codes) {
        const [now, last] = [Date.now(), this.#seen.get(code) ?? 0];
        this.#seen.set(code, now);
        if (now - last > HELD) await this.onCode(code);
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
}
