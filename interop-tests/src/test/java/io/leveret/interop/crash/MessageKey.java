package io.leveret.interop.crash;

/**
 * Names a message wherever it turns up.
 *
 * @param publisher a channel of a client; another one after each restart
 * @param number grows in the order of publishing
 */
record MessageKey(int publisher, int number) {

    @Override
    public String toString() {
        return publisher + "#" + number;
    }
}
