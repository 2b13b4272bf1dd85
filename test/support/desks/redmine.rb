# What an administrator sets up in a new Redmine, as docs/desks.md tells: the API, a project, the field of the key, and
# a user for Fettle. The other is a person at the desk. Prints the keys of both and the id of the field.
Redmine::DefaultData::Loader.load('en')
Setting.rest_api_enabled = '1'
project = Project.create!(name: 'Fleet', identifier: 'fleet', trackers: Tracker.all, enabled_module_names: ['issue_tracking'])
field = IssueCustomField.create!(name: 'Fettle key', field_format: 'string', is_for_all: true, is_filter: true, trackers: Tracker.all)
may = %i[view_issues add_issues edit_issues delete_issues add_issue_notes set_notes_private view_private_notes]
role = Role.create!(name: 'Desk', permissions: may, issues_visibility: 'all')
statuses = IssueStatus.all.to_a
Tracker.all.each do |tracker|
  statuses.product(statuses).each do |old, new|
    WorkflowTransition.create!(tracker: tracker, role: role, old_status: old, new_status: new) unless old == new
  end
end
keys = %w[fettle agent].to_h do |login|
  user = User.new(firstname: login, lastname: 'Desk', mail: "#{login}@example.com", language: 'en')
  user.login = login
  user.password = user.password_confirmation = "#{login} of the desk"
  user.save!
  Member.create!(project: project, principal: user, roles: [role])
  [login, user.api_key]
end
puts keys.merge(field: field.id.to_s).to_json
