// What is wider than the screen opens at its middle, where its subject is drawn.
for (const box of document.querySelectorAll("[data-middle]")) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
