/** Limits of virtual hosts and users. */
@NullMarked
package io.leveret.interop.limit;

import org.jspecify.annotations.NullMarked;
