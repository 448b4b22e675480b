/** Who may log in, and what a user may do in a virtual host. */
@NullMarked
package io.leveret.broker.auth;

import org.jspecify.annotations.NullMarked;
