// Without accents and capitals, as names are looked up.
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
