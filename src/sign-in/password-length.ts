/** In characters. Length is what makes a password hard to guess; kinds of characters are not asked for (NIST SP 800-63B, 3.1.1). */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;
