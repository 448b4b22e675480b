/** Cases about exchanges and their bindings. */
@NullMarked
package io.leveret.interop.exchange;

import org.jspecify.annotations.NullMarked;
