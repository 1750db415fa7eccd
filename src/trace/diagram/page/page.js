/**
 * The page of a diagram: what an arrow or a mark is about is shown beside it.
 *
 * Everything is in the page already, as a list below the picture, and every arrow is a link
 * into it; so the page also works without this script. It only copies what is there: no text
 * becomes markup here.
 */

const panel = byId('panel');
const hint = [...panel.childNodes];
const close = byId('close');
const select = /** @type {HTMLSelectElement} */ (byId('show'));
const shown = byId('shown');

/** Where the panel stands beside the picture; elsewhere it comes up over it, when asked to. */
const hasRoom = matchMedia('(min-width: 61.01rem)');

/** @type {SVGAElement[]} */
const links = [...document.querySelectorAll('.diagram a')].filter(
  (link) => link instanceof SVGAElement,
);
/**
 * What was tapped, clicked or reached with the keyboard: it stays when the pointer leaves.
 * @type {SVGAElement | undefined}
 */
let pinned;

for (const link of links) {
  const way = wayOf(link);
  for (const part of [link, ...(way ? [way] : [])]) {
    part.addEventListener('pointerenter', () => {
      if (hasRoom.matches) tell(link);
    });
    part.addEventListener('pointerleave', () => {
      if (hasRoom.matches) tell(pinned);
    });
    part.addEventListener('click', (event) => {
      event.preventDefault();
      pin(link);
    });
  }
  link.addEventListener('focus', () => {
    if (link.matches(':focus-visible')) pin(link);
  });
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') pin(undefined);
  const { activeElement } = document;
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way === undefined || !(activeElement instanceof SVGAElement)) return;
  const stops = links.filter((link) => link.tabIndex >= 0 && isVisible(link));
  const next = stops[stops.indexOf(activeElement) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

close.addEventListener('click', () => pin(undefined));
select.addEventListener('change', filter);
// A browser may remember what was chosen before the page was loaded again.
filter();

/** @param {SVGAElement | undefined} link */
function pin(link) {
  pinned = link;
  tell(link);
  // The panel may have come up just where the arrow is.
  if (link && !hasRoom.matches) link.scrollIntoView({ block: 'nearest' });
}

/** @param {SVGAElement | undefined} link */
function tell(link) {
  for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
  panel.classList.toggle('empty', !link);
  if (!link) {
    panel.replaceChildren(...hint);
    return;
  }
  link.classList.add('lit');
  wayOf(link)?.classList.add('lit');
  const about = document.createElement('p');
  about.className = 'about';
  about.textContent = link.querySelector('title')?.textContent ?? '';
  const cards = (link.dataset['cards'] ?? '').split(' ').flatMap((id) => {
    const item = document.getElementById(id);
    if (!item) return [];
    const card = document.createElement('div');
    card.className = 'event';
    card.append(...item.cloneNode(true).childNodes);
    return [card];
  });
  panel.replaceChildren(close, about, ...cards);
  panel.scrollTop = 0;
}

/** The line of an arrow, in the same picture. @param {SVGAElement} link */
function wayOf(link) {
  const { arrow } = link.dataset;
  const picture = link.ownerSVGElement;
  return arrow === undefined
    ? undefined
    : picture?.querySelector(`.way[data-arrow="${arrow}"]`);
}

/** Shows one talk or one socket alone: `talk …`, `lane …`, or everything. */
function filter() {
  const [kind, ...rest] = select.value.split(' ');
  const wanted = rest.join(' ');
  const lanes = new Set(kind === 'lane' ? [wanted] : []);
  const parts = [...document.querySelectorAll('[data-lanes], [data-talk]')];
  if (kind === 'talk') {
    for (const part of parts) {
      if (talkOf(part) === wanted && part.matches('.way')) {
        for (const lane of lanesOf(part)) lanes.add(lane);
      }
    }
  }
  for (const part of parts) {
    const off = kind !== 'all' && !belongs(part, kind, wanted, lanes);
    part.classList.toggle('off', off);
    if (part instanceof SVGAElement) {
      part.setAttribute('tabindex', off || part.matches('.mark.told') ? '-1' : '0');
      if (off) part.setAttribute('aria-hidden', 'true');
      else part.removeAttribute('aria-hidden');
    }
  }
  if (pinned?.matches('.off')) pin(undefined);
  const arrows = links.filter((link) => link.matches('.arrow') && isVisible(link));
  const on = arrows.filter((link) => !link.matches('.off')).length;
  shown.textContent = on === arrows.length ? '' : `${on} of ${arrows.length} arrows`;
}

/**
 * @param {Element} part
 * @param {string | undefined} kind
 * @param {string} wanted
 * @param {Set<string>} lanes
 */
function belongs(part, kind, wanted, lanes) {
  const own = lanesOf(part);
  if (kind === 'lane') return own.some((lane) => lanes.has(lane));
  const talk = talkOf(part);
  return talk === undefined ? own.some((lane) => lanes.has(lane)) : talk === wanted;
}

/** @param {Element} part */
function talkOf(part) {
  return part.getAttribute('data-talk') ?? undefined;
}

/** @param {Element} part */
function lanesOf(part) {
  return (part.getAttribute('data-lanes') ?? '').split(' ').filter(Boolean);
}

/** Of the wide and the narrow picture only one is there. @param {Element} element */
function isVisible(element) {
  return element.getClientRects().length > 0;
}

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
