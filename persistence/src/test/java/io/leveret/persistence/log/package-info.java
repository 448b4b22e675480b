/** The log on a disk that goes wrong, driven by hand. */
@NullMarked
package io.leveret.persistence.log;

import org.jspecify.annotations.NullMarked;
