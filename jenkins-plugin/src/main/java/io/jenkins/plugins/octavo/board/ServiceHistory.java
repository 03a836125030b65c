package io.jenkins.plugins.octavo.board;

import hudson.model.Api;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All deliveries of a microservice. */
@ExportedBean
public final class ServiceHistory implements StaplerProxy {
    /** Of each environment. */
    private static final int MOST = 200;

    private final BoardAction action;
    private final String name;
    private final Known known;
    private final BoardView board;

    ServiceHistory(BoardAction action, String name, Known known) {
        this.action = action;
        this.name = name;
        this.known = known;
        this.board = new BoardView(known, action.getItem(), "", "");
    }

    @Override
    public Object getTarget() {
        action.checkRead();
        return this;
    }

    @Exported
    public String getName() {
        return name;
    }

    public BoardAction getAction() {
        return action;
    }

    public BoardView getBoard() {
        return board;
    }

    public Row getRow() {
        return board.getRows().get(0);
    }

    /** By environments, the newest first. */
    @Exported
    public List<Entry> getDeliveries() {
        List<Entry> entries = new ArrayList<>();
        for (Row.Slot slot : getRow().getSlots()) {
            for (Cell cell : slot.getCells()) {
                Known.There there = known.at(new Place(name, cell.getEnvironment(), cell.getNamespace()));
                List<Delivery> deliveries = there.deliveries();
                for (int i = deliveries.size() - 1; i >= Math.max(0, deliveries.size() - MOST); i--) {
                    Delivery delivery = deliveries.get(i);
                    entries.add(new Entry(
                            board, delivery, there, delivery == cell.getDelivery().delivery()));
                }
            }
        }
        return entries;
    }

    public Api getApi() {
        return new Api(this);
    }
}
