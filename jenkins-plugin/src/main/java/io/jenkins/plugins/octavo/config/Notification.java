package io.jenkins.plugins.octavo.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Somebody to be told, and of what. */
public final class Notification implements Describable<Notification> {
    /** What can be told. */
    public static final List<String> EVENTS = List.of("gate-waits", "delivered", "failed", "superseded");

    private static final List<String> CHANNELS =
            List.of("dingtalk", "wecom", "feishu", "slack", "webhook", "mail");

    private final String name;
    private final String channel;
    private String credentialsId = "";
    private String secretId = "";
    private String server = "";
    private String from = "";
    private String to = "";
    private boolean gateWaits = true;
    private boolean delivered = true;
    private boolean failed = true;
    private boolean superseded = true;

    @DataBoundConstructor
    public Notification(String name, String channel) {
        this.name = Util.fixNull(name).trim();
        this.channel = Util.fixNull(channel).trim();
    }

    /** For people, such as the team's. */
    public String getName() {
        return Util.fixNull(name);
    }

    /** The kind of channel, as the octavo command names it. */
    public String getChannel() {
        return Util.fixNull(channel);
    }

    /** Whether it is mail, and no robot of a chat. */
    public boolean isMail() {
        return getChannel().equals("mail");
    }

    /** ID of a secret text with the robot's address; of a login for the mail server. */
    public String getCredentialsId() {
        return Util.fixNull(credentialsId);
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** ID of a secret text with the key that is signed with; {@code ""} for none. */
    public String getSecretId() {
        return Util.fixNull(secretId);
    }

    @DataBoundSetter
    public void setSecretId(String secretId) {
        this.secretId = Util.fixNull(secretId).trim();
    }

    /** Host and port of the mail server. */
    public String getServer() {
        return Util.fixNull(server);
    }

    @DataBoundSetter
    public void setServer(String server) {
        this.server = Util.fixNull(server).trim();
    }

    /** The mail's sender. */
    public String getFrom() {
        return Util.fixNull(from);
    }

    @DataBoundSetter
    public void setFrom(String from) {
        this.from = Util.fixNull(from).trim();
    }

    /** Mail addresses, separated by commas. */
    public String getTo() {
        return Util.fixNull(to);
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Util.fixNull(to).trim();
    }

    public boolean isGateWaits() {
        return gateWaits;
    }

    @DataBoundSetter
    public void setGateWaits(boolean gateWaits) {
        this.gateWaits = gateWaits;
    }

    public boolean isDelivered() {
        return delivered;
    }

    @DataBoundSetter
    public void setDelivered(boolean delivered) {
        this.delivered = delivered;
    }

    public boolean isFailed() {
        return failed;
    }

    @DataBoundSetter
    public void setFailed(boolean failed) {
        this.failed = failed;
    }

    public boolean isSuperseded() {
        return superseded;
    }

    @DataBoundSetter
    public void setSuperseded(boolean superseded) {
        this.superseded = superseded;
    }

    /** Of what it is told. */
    public List<String> events() {
        List<String> events = new ArrayList<>();
        List<Boolean> wanted = Arrays.asList(gateWaits, delivered, failed, superseded);
        for (int i = 0; i < EVENTS.size(); i++) {
            if (wanted.get(i)) {
                events.add(EVENTS.get(i));
            }
        }
        return events;
    }

    /** Its form. */
    @Extension
    @Symbol("octavoNotification")
    public static final class DescriptorImpl extends Descriptor<Notification> {
        private static final CredentialsMatcher SECRET = CredentialsMatchers.instanceOf(StringCredentials.class);
        private static final CredentialsMatcher ANY = CredentialsMatchers.anyOf(
                SECRET, CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));

        @Override
        public String getDisplayName() {
            return Messages.Notification_displayName();
        }

        @POST
        public FormValidation doCheckName(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkName(item, value, source -> List.of());
        }

        @POST
        public ListBoxModel doFillChannelItems(@CheckForNull @AncestorInPath Item item) {
            ListBoxModel list = new ListBoxModel();
            if (Forms.mayConfigure(item)) {
                list.add(Messages.Notification_dingtalk(), "dingtalk");
                list.add(Messages.Notification_wecom(), "wecom");
                list.add(Messages.Notification_feishu(), "feishu");
                list.add("Slack", "slack");
                list.add(Messages.Notification_webhook(), "webhook");
                list.add(Messages.Notification_mail(), "mail");
            }
            return list;
        }

        @POST
        public FormValidation doCheckChannel(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return !Forms.mayConfigure(item) || CHANNELS.contains(value)
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Notification_channel(String.join(", ", CHANNELS)));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String credentialsId) {
            return Forms.credentials(item, credentialsId, List.of(), ANY);
        }

        @POST
        public FormValidation doCheckCredentialsId(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String channel) {
            return Forms.checkCredentials(item, value, ANY, !"mail".equals(channel));
        }

        @POST
        public ListBoxModel doFillSecretIdItems(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String secretId) {
            return Forms.credentials(item, secretId, List.of(), SECRET);
        }

        @POST
        public FormValidation doCheckSecretId(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkCredentials(item, value, SECRET, false);
        }
    }
}
