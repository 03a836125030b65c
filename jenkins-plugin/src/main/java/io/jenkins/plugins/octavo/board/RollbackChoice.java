package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to go back to, and by which job. */
public final class RollbackChoice {
    private static final int MOST = 20;

    private final Known.There there;
    private final Place place;
    private final Cell cell;
    private final BoardView board;

    RollbackChoice(Known known, Place place) {
        this.place = place;
        this.there = known.at(place);
        this.board = new BoardView(known, there.job(), "", "");
        this.cell = board.cell(place);
    }

    Optional<Job<?, ?>> job() {
        return board.rollbackJob(there.job());
    }

    public String getService() {
        return place.service();
    }

    public String getEnvironment() {
        return place.environment();
    }

    public String getNamespace() {
        return place.namespace();
    }

    /** What runs now. */
    public Entry getPresent() {
        return cell.getDelivery();
    }

    /** The job that goes back; null where there is none. */
    @CheckForNull
    public Job<?, ?> getJob() {
        return job().orElse(null);
    }

    public boolean isAllowed() {
        return job().map(RollbackJob::mayStart).orElse(false);
    }

    /** Those that ran, the newest first. */
    public List<Entry> getReleases() {
        List<Entry> releases = new ArrayList<>();
        for (int i = there.deliveries().size() - 1; i >= 0 && releases.size() < MOST; i--) {
            Delivery delivery = there.deliveries().get(i);
            if (delivery.good() && delivery.release() >= 0 && delivery != getPresent().delivery()) {
                releases.add(new Entry(board, delivery, there, false));
            }
        }
        return releases;
    }
}
