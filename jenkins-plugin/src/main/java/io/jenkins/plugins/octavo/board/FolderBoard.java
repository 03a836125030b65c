package io.jenkins.plugins.octavo.board;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Item;
import hudson.model.Job;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import jenkins.model.TransientActionFactory;

/** The board of a folder: what all jobs below it have delivered. */
public final class FolderBoard extends BoardAction {
    private final AbstractFolder<?> folder;

    FolderBoard(AbstractFolder<?> folder) {
        this.folder = folder;
    }

    @Override
    Collection<? extends Job<?, ?>> jobs() {
        return below(folder);
    }

    static List<Job<?, ?>> below(hudson.model.ItemGroup<?> group) {
        List<Job<?, ?>> jobs = new ArrayList<>();
        for (Job<?, ?> job : group.getAllItems(Job.class)) {
            jobs.add(job);
        }
        return jobs;
    }

    @Override
    Predicate<Place> shown() {
        return place -> true;
    }

    @Override
    public Item getItem() {
        return folder;
    }

    @Override
    public Object getOwner() {
        return folder;
    }

    @Override
    void checkRead() {
        folder.checkPermission(Item.READ);
    }

    @Override
    public String getIconFileName() {
        return icon();
    }

    /** Gives it to folders, of multibranch projects too. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<AbstractFolder> {
        @Override
        public Class<AbstractFolder> type() {
            return AbstractFolder.class;
        }

        @Override
        public Collection<? extends Action> createFor(AbstractFolder target) {
            return List.of(new FolderBoard(target));
        }
    }
}
