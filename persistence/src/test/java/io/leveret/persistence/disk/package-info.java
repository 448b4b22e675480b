/** A disk in memory for the tests of all stores. */
@NullMarked
package io.leveret.persistence.disk;

import org.jspecify.annotations.NullMarked;
