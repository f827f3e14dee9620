/** The most characters in which a tracking number may be written, blanks and dashes counted. */
export const MAX_WRITTEN_LENGTH = 60;

/** A tracking number as it is kept: 5 to 40 letters and digits, in capitals. */
export const TRACKING_NUMBER = /^[A-Z0-9]{5,40}$/;

/** A tracking number as carriers print it, without its blanks and dashes and in capitals. The result may be none yet. */
export function tidyTrackingNumber(text: string): string {
  return text.replaceAll(/[\s-]/g, "").toUpperCase();
}
