/**
 * What survives: a Leveret that is killed, stopped or out of disk under a mixed load, started again, and compared with
 * what its clients know. Clients write a {@link io.leveret.interop.crash.History}, {@link io.leveret.interop.crash.Verdict}
 * judges it and knows no broker; so it is tested with histories that are made up.
 */
@NullMarked
package io.leveret.interop.crash;

import org.jspecify.annotations.NullMarked;
