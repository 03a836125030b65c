/** What the pages that Octavo writes have in common. */
package dev.octavo.engine.page;
