package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import java.io.File;
import java.time.Instant;
import java.util.Locale;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A delivery as the board shows it. */
@ExportedBean(defaultVisibility = 4)
public final class Entry {
    private static final int SHORT_COMMIT = 7;
    private static final int SHORT_DIGEST = 12;

    private final BoardView board;
    private final Delivery delivery;
    private final Job<?, ?> job;
    private final boolean present;

    /** @param present whether it is what runs: one that another has followed is superseded */
    Entry(BoardView board, Delivery delivery, Known.There there, boolean present) {
        this.board = board;
        this.delivery = delivery;
        this.job = there.job();
        this.present = present;
    }

    Delivery delivery() {
        return delivery;
    }

    /** Whether a step of this Jenkins has waited until it was ready. */
    boolean isDeployedHere() {
        return delivery.result().equals("deployed") && delivery.build() > 0;
    }

    @Exported
    public String getEnvironment() {
        return delivery.place().environment();
    }

    @Exported
    public String getNamespace() {
        return delivery.place().namespace();
    }

    /** -1 where it is not known. */
    @Exported
    public int getRelease() {
        return delivery.release();
    }

    @Exported
    public String getResult() {
        return !present && delivery.result().equals("deployed") ? "superseded" : delivery.result();
    }

    public String getResultText() {
        return switch (getResult()) {
            case "deployed" -> Messages.Entry_deployed();
            case "superseded" -> Messages.Entry_superseded();
            case "rolled-back" -> Messages.Entry_rolledBack();
            case "failed" -> Messages.Entry_failed();
            case "pending" -> Messages.Entry_pending();
            case "rolling-back" -> Messages.Entry_rollingBack();
            case "adopted" -> Messages.Entry_adopted();
            default -> getResult();
        };
    }

    public boolean isGood() {
        return delivery.good();
    }

    @Exported
    public String getDescription() {
        return delivery.description();
    }

    /** {@code ""} where it has none. */
    @Exported
    public String getVersion() {
        return delivery.version();
    }

    /** What it is called: its version, or the number of its release. */
    public String getTitle() {
        if (!delivery.version().isEmpty()) {
            return delivery.version();
        }
        return delivery.release() < 0 ? Messages.Entry_noVersion() : Messages.Entry_release(delivery.release());
    }

    @Exported
    public String getCommit() {
        return delivery.commit();
    }

    public String getShortCommit() {
        String commit = delivery.commit();
        return commit.substring(0, Math.min(SHORT_COMMIT, commit.length()));
    }

    @Exported
    public String getDigest() {
        return delivery.digest();
    }

    public String getShortDigest() {
        String digest = delivery.digest();
        return digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
    }

    @Exported
    public String getApprover() {
        return delivery.approver();
    }

    /** When it ended, in milliseconds; 0 where that is not known. */
    @Exported
    public long getTime() {
        return delivery.ended();
    }

    public String getWhen() {
        return board.when(delivery.ended());
    }

    public String getIso() {
        return Instant.ofEpochMilli(delivery.ended()).toString();
    }

    /** What has made it; null where that is not known, or is no address, or the build is gone. */
    @Exported
    @CheckForNull
    public String getRun() {
        if (delivery.build() > 0) {
            return isBuildThere() ? address(job.getUrl() + delivery.build() + "/") : null;
        }
        String run = delivery.run();
        String lower = run.toLowerCase(Locale.ROOT);
        if (lower.startsWith("https://") || lower.startsWith("http://")) {
            return run;
        }
        return run.startsWith("job/") ? address(run) : null;
    }

    private static String address(String relative) {
        String root = Jenkins.get().getRootUrl();
        return root == null ? null : root + relative;
    }

    /** Of its folder, since nobody needs the build itself. */
    private boolean isBuildThere() {
        return new File(job.getBuildDir(), String.valueOf(delivery.build())).isDirectory();
    }

    /** How what has made it is called; {@code ""} where that is not known. */
    public String getRunName() {
        if (delivery.build() > 0) {
            return "#" + delivery.build();
        }
        String run = delivery.run().replaceFirst("/+$", "");
        String last = run.substring(run.lastIndexOf('/') + 1);
        return last.matches("\\d+") ? "#" + last : last;
    }
}
