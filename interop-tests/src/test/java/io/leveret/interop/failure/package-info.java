/** What clients see when the disk under the broker fails. */
@NullMarked
package io.leveret.interop.failure;

import org.jspecify.annotations.NullMarked;
