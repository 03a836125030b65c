package dev.octavo.engine.sandbox.kube;

import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.databind.node.ObjectNode;

/** Where the logs of pods are read. */
public interface PodLogs {
    /**
     * What of a log is asked for.
     *
     * @param tailLines below 0 for all
     * @param limitBytes below 0 for all
     * @param sinceMillis since the epoch; 0 for all
     */
    record Query(
            String container,
            boolean previous,
            boolean follow,
            boolean timestamps,
            int tailLines,
            long limitBytes,
            long sinceMillis) {}

    /** A log that can be written. */
    interface Log {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /** @throws ApiException 400 where there is no such container, or it has not started yet */
    Log open(ObjectNode pod, Query query);
}
