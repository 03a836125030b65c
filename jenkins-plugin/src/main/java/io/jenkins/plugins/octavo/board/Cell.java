package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What runs of a microservice in an environment. */
@ExportedBean(defaultVisibility = 3)
public final class Cell {
    private final BoardView board;
    private final Place place;
    private final Known.There there;
    private final Entry present;

    @CheckForNull
    private final Health health;

    Cell(BoardView board, Place place, Known.There there, @CheckForNull Health seen) {
        this.board = board;
        this.place = place;
        this.there = there;
        List<Delivery> deliveries = there.deliveries();
        Delivery shown = deliveries.get(deliveries.size() - 1);
        for (int i = deliveries.size() - 1; i >= 0; i--) {
            if (deliveries.get(i).result().equals("deployed")) {
                shown = deliveries.get(i);
                break;
            }
        }
        this.present = new Entry(board, shown, there, true);
        // one that was seen of another release says nothing of this one
        boolean current = seen != null
                && (seen.running() == shown.release() || !shown.good())
                && seen.seen() >= shown.ended();
        this.health = current ? seen : null;
    }

    @Exported
    public String getEnvironment() {
        return place.environment();
    }

    @Exported
    public String getNamespace() {
        return place.namespace();
    }

    /** What runs, or the newest one where nothing does. */
    @Exported(inline = true)
    public Entry getDelivery() {
        return present;
    }

    /** The newest one where it is another than what runs, such as one that failed; null otherwise. */
    @Exported(inline = true)
    @CheckForNull
    public Entry getLater() {
        Delivery newest = there.deliveries().get(there.deliveries().size() - 1);
        return newest == present.delivery() ? null : new Entry(board, newest, there, false);
    }

    /** {@code healthy}, {@code unhealthy} or {@code unknown}. */
    @Exported
    public String getHealth() {
        if (health != null) {
            return health.word();
        }
        // the step waited until all was ready, and nobody has looked since
        return present.isDeployedHere() ? "healthy" : "unknown";
    }

    @Exported
    public String getHealthMessage() {
        return health == null ? "" : health.message();
    }

    /** When that was seen, in milliseconds; 0 where nobody has looked. */
    @Exported
    public long getHealthSeen() {
        if (health != null) {
            return health.seen();
        }
        return present.isDeployedHere() ? present.delivery().ended() : 0;
    }

    public String getHealthText() {
        return switch (getHealth()) {
            case "healthy" -> Messages.Cell_healthy();
            case "unhealthy" -> Messages.Cell_unhealthy();
            default -> Messages.Cell_unknown();
        };
    }

    /** Before the word, for those who see no colours. */
    public String getHealthSign() {
        return switch (getHealth()) {
            case "healthy" -> "✓";
            case "unhealthy" -> "✗";
            default -> "?";
        };
    }

    public String getHealthTime() {
        return board.when(getHealthSeen());
    }

    /** Whether the reader may ask for an earlier one, and there is one. */
    public boolean isRollback() {
        long good = there.deliveries().stream()
                .filter(each -> each.good() && each.release() >= 0)
                .limit(2)
                .count();
        return good > 1 && board.mayRollBack(there.job());
    }

    /** What names this cell in an address. */
    public String getQuery() {
        return "service=" + Util.rawEncode(place.service()) + "&environment=" + Util.rawEncode(place.environment())
                + "&namespace=" + Util.rawEncode(place.namespace());
    }
}
