package io.leveret.interop.raw;

import static java.util.Map.entry;

import java.util.Map;

/** The names of AMQP's methods by class and method id, as transcripts show them. */
public final class MethodNames {

    private static final Map<Integer, String> CLASSES = Map.ofEntries(
            entry(10, "connection"),
            entry(20, "channel"),
            entry(30, "access"),
            entry(40, "exchange"),
            entry(50, "queue"),
            entry(60, "basic"),
            entry(85, "confirm"),
            entry(90, "tx"));

    private static final Map<Integer, String> METHODS = Map.ofEntries(
            entry(10_10, "start"),
            entry(10_11, "start-ok"),
            entry(10_20, "secure"),
            entry(10_30, "tune"),
            entry(10_31, "tune-ok"),
            entry(10_40, "open"),
            entry(10_41, "open-ok"),
            entry(10_50, "close"),
            entry(10_51, "close-ok"),
            entry(10_60, "blocked"),
            entry(10_61, "unblocked"),
            entry(10_70, "update-secret"),
            entry(10_71, "update-secret-ok"),
            entry(20_10, "open"),
            entry(20_11, "open-ok"),
            entry(20_20, "flow"),
            entry(20_21, "flow-ok"),
            entry(20_40, "close"),
            entry(20_41, "close-ok"),
            entry(30_10, "request"),
            entry(30_11, "request-ok"),
            entry(40_10, "declare"),
            entry(40_11, "declare-ok"),
            entry(40_20, "delete"),
            entry(40_21, "delete-ok"),
            entry(40_30, "bind"),
            entry(40_31, "bind-ok"),
            entry(40_40, "unbind"),
            entry(40_51, "unbind-ok"),
            entry(50_10, "declare"),
            entry(50_11, "declare-ok"),
            entry(50_20, "bind"),
            entry(50_21, "bind-ok"),
            entry(50_30, "purge"),
            entry(50_31, "purge-ok"),
            entry(50_40, "delete"),
            entry(50_41, "delete-ok"),
            entry(50_50, "unbind"),
            entry(50_51, "unbind-ok"),
            entry(60_10, "qos"),
            entry(60_11, "qos-ok"),
            entry(60_20, "consume"),
            entry(60_21, "consume-ok"),
            entry(60_30, "cancel"),
            entry(60_31, "cancel-ok"),
            entry(60_40, "publish"),
            entry(60_50, "return"),
            entry(60_60, "deliver"),
            entry(60_70, "get"),
            entry(60_71, "get-ok"),
            entry(60_72, "get-empty"),
            entry(60_80, "ack"),
            entry(60_90, "reject"),
            entry(60_100, "recover-async"),
            entry(60_110, "recover"),
            entry(60_111, "recover-ok"),
            entry(60_120, "nack"),
            entry(85_10, "select"),
            entry(85_11, "select-ok"),
            entry(90_10, "select"),
            entry(90_11, "select-ok"),
            entry(90_20, "commit"),
            entry(90_21, "commit-ok"),
            entry(90_30, "rollback"),
            entry(90_31, "rollback-ok"));

    private MethodNames() {}

    /** As in {@code queue.declare}; 0, 0 is "no method". */
    public static String of(int classId, int methodId) {
        if (classId == 0 && methodId == 0) {
            return "no method";
        }
        String className = CLASSES.getOrDefault(classId, Integer.toString(classId));
        // Three digits for method ids above 99, which only the class basic has.
        int key = methodId < 100 ? classId * 100 + methodId : classId * 1000 + methodId;
        return className + "." + METHODS.getOrDefault(key, Integer.toString(methodId));
    }
}
