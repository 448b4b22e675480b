package io.leveret.server.log;

/**
 * When a log file is put aside, and what becomes of it.
 *
 * @param sizeBytes put aside when it has grown beyond this; 0 for no limit
 * @param period put aside at the end of it
 * @param count how many old files are kept; with a period, for how many periods
 * @param compress whether old files are compressed
 */
public record LogRotation(long sizeBytes, Period period, int count, boolean compress) {

    /** The periods that RabbitMQ's {@code $H}, {@code $D}, {@code $W} and {@code $M} stand for. */
    public enum Period {
        NONE(""),
        HOUR("yyyy-MM-dd_HH"),
        DAY("yyyy-MM-dd"),
        WEEK("YYYY-'W'ww"),
        MONTH("yyyy-MM");

        private final String dateFormat;

        Period(String dateFormat) {
            this.dateFormat = dateFormat;
        }

        String dateFormat() {
            return dateFormat;
        }
    }

    public static LogRotation defaults() {
        return new LogRotation(0, Period.NONE, 5, false);
    }
}
