/** What makes publishers wait: too little free memory or disk. */
@NullMarked
package io.leveret.broker.alarm;

import org.jspecify.annotations.NullMarked;
