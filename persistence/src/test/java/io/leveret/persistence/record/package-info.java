/** How records read back. */
@NullMarked
package io.leveret.persistence.record;

import org.jspecify.annotations.NullMarked;
