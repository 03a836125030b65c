package io.jenkins.plugins.octavo.board;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Job;
import java.nio.file.Path;
import java.util.Map;
import java.util.WeakHashMap;

/** The files of all jobs that somebody has asked for. */
@Extension
public final class DeliveryFiles {
    private final Map<Job<?, ?>, Kept> files = new WeakHashMap<>();

    /** A job that was renamed or moved has another folder. */
    private record Kept(Path folder, DeliveryFile file) {}

    static DeliveryFile of(Job<?, ?> job) {
        return ExtensionList.lookupSingleton(DeliveryFiles.class).get(job);
    }

    private synchronized DeliveryFile get(Job<?, ?> job) {
        Path folder = job.getRootDir().toPath();
        Kept kept = files.get(job);
        if (kept == null || !kept.folder().equals(folder)) {
            kept = new Kept(folder, new DeliveryFile(folder, DeliveryFile.MOST));
            files.put(job, kept);
        }
        return kept.file();
    }
}
