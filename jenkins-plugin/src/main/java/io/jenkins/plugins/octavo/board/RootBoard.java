package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.RootAction;
import java.util.Collection;
import java.util.function.Predicate;
import jenkins.model.Jenkins;

/** The board of all jobs that the reader may see. */
@Extension
public final class RootBoard extends BoardAction implements RootAction {
    @Override
    Collection<? extends Job<?, ?>> jobs() {
        return FolderBoard.below(Jenkins.get());
    }

    @Override
    Predicate<Place> shown() {
        return place -> true;
    }

    @Override
    @CheckForNull
    public Item getItem() {
        return null;
    }

    @Override
    public Object getOwner() {
        return Jenkins.get();
    }

    @Override
    void checkRead() {
        Jenkins.get().checkPermission(Jenkins.READ);
    }

    @Override
    @CheckForNull
    public String getIconFileName() {
        return Jenkins.get().hasPermission(Jenkins.READ) ? icon() : null;
    }
}
