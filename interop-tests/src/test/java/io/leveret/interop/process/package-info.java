/** Other processes: programs of the machine that tests run, and Leveret in a JVM of its own. */
@NullMarked
package io.leveret.interop.process;

import org.jspecify.annotations.NullMarked;
