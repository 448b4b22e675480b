/** MapDB's part: tables that are written once, forced, and from then on only read. */
@NullMarked
package io.leveret.persistence.index;

import org.jspecify.annotations.NullMarked;
