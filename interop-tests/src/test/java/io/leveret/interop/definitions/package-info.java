/** What definitions files bring from one broker to another. */
@NullMarked
package io.leveret.interop.definitions;

import org.jspecify.annotations.NullMarked;
